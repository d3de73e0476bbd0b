// Says it in the page when the browser gave no passkey: cancelled, none there, or not allowed.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.getElementById("passkey_problem");
  if (problem) problem.hidden = false;
});
