// The desk's scripts. Each one improves a page that works without it.
import { startCall } from "./call.js";
import { startCheatSheet } from "./cheatsheet.js";
import { startCommands } from "./commands.js";
import { startDialogs } from "./dialogs.js";
import { startKeys } from "./keys.js";
import { startPage } from "./page.js";
import { startPickers } from "./picker.js";
import { startSelect } from "./select.js";
import { startTheme } from "./theme.js";
import { startTimes } from "./times.js";
import { startToasts } from "./toasts.js";

startTheme();
startTimes();
startPage();
startToasts();
startDialogs();
startCheatSheet();
startKeys();
startCommands();
startPickers();
startCall();
startSelect();
