/** Pictures that the browser cannot show, such as a TIFF: the server decodes them. */
import { fetchPreview } from "./api.js";

/** Pixels of a small preview's longer side; twice what a table shows. */
const SMALL = 160;
/** Kinds of file that many browsers do not know. */
const UNKNOWN = /\.(tiff?|hei[cf]|avif|jfif|pdf)$/i;
let queue = Promise.resolve();

/** Returns `{url, width, height}`: a picture to show, and the size of the picture itself. */
export async function preview(file, signal) {
  const { blob, width, height } = await fetchPreview(file, { signal });
  return { url: URL.createObjectURL(blob), width, height };
}

/**
 * Returns the address of a small one; they are made one after the other, so that readings are not held up.
 * @throws {Error} what browsers know and yet do not show is damaged, or no picture.
 */
export async function smallPreview(file) {
  if (!UNKNOWN.test(file.name)) throw new Error("no picture");
  const made = queue.then(async () => URL.createObjectURL((await fetchPreview(file, { side: SMALL })).blob));
  queue = made.catch(() => {});
  return made;
}
