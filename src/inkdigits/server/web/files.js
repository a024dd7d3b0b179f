/** How files come in: choosers, drops (folders too) and the clipboard. */

const PICTURE_NAME = /\.(png|jpe?g|jpe|jfif|tiff?|bmp|dib|webp|gif|hei[cf]|avif|pdf)$/i;

/** Says whether a file of a folder is worth reading; a folder holds other things as well. */
export function isPicture(file) {
  return !file.name.startsWith(".") && (file.type.startsWith("image/") || PICTURE_NAME.test(file.name));
}

/** Returns the name a file is known by: its path inside a chosen folder, else its own. */
export function nameOf(file) {
  return file.folderPath || file.webkitRelativePath || file.name;
}

/**
 * Makes a button open a file chooser.
 * @param {HTMLElement} button what is pressed.
 * @param {HTMLInputElement} input the hidden chooser.
 * @param {(files: File[]) => void} onFiles
 */
export function chooser(button, input, onFiles) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // the same file can be chosen again
    if (files.length) onFiles(files);
  });
}

/**
 * Takes files that are dropped or pasted anywhere on the page.
 * @param {(files: File[], fromFolder: boolean) => void} onFiles
 */
export function intake(onFiles) {
  let depth = 0;
  const dropping = (on) => document.body.classList.toggle("dropping", on);
  const brings = (event) => event.dataTransfer?.types.includes("Files");

  document.addEventListener("dragenter", (event) => {
    if (!brings(event)) return;
    depth += 1;
    dropping(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!brings(event)) return;
    depth = Math.max(0, depth - 1);
    dropping(depth > 0);
  });
  document.addEventListener("dragover", (event) => {
    if (brings(event)) event.preventDefault();
  });
  document.addEventListener("drop", async (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    depth = 0;
    dropping(false);
    const { files, fromFolder } = await dropped(event.dataTransfer);
    if (files.length) onFiles(files, fromFolder);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return; // text, for whatever field has the cursor
    event.preventDefault();
    onFiles(files, false);
  });
}

async function dropped(transfer) {
  // Both lists are empty after the first pause, so they are read at once.
  const plain = [...transfer.files];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return { files: plain, fromFolder: false };
  const files = (await Promise.all(entries.map(walk))).flat();
  return { files, fromFolder: true };
}

async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    file.folderPath = entry.fullPath.replace(/^\//, "");
    return [file];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break; // it gives about a hundred at a time
    found.push(...some);
  }
  found.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  return (await Promise.all(found.map(walk))).flat();
}
