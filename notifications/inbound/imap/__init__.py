"""The IMAP door: mailboxes read by UID and UIDVALIDITY, stored before they are marked (G1, G2).

connection → reading (what is missing? size first) → keeping (store, commit) → settle on the server.
`watching` does that for one mailbox for ever, `probing` tries it once and says what is wrong.
"""
