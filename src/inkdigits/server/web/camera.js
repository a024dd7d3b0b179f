/** A picture from the camera: the phone's own camera app, or a live view where there is none. */
import { byId } from "./dom.js";
import { complain } from "./notice.js";

const WANTED = { video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1440 } } };

/** Makes the camera button work; `onPicture` gets each photo as a file. */
export function camera(onPicture) {
  const dialog = byId("camera-dialog");
  const video = byId("video");
  const input = byId("camera-input");
  let stream = null;

  async function open() {
    // A phone's own app has focus, light and zoom. Without https there is no live view at all.
    if (matchMedia("(pointer: coarse)").matches || !navigator.mediaDevices?.getUserMedia) {
      input.click();
      return;
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia(WANTED);
    } catch (error) {
      complain(error.name === "NotAllowedError"
        ? "The browser does not let this page use the camera. Allow it, or choose a picture."
        : "No camera was found. Choose a picture instead.");
      return;
    }
    byId("shoot").disabled = true;
    video.srcObject = stream;
    dialog.showModal();
    await video.play();
  }

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
  }

  async function shoot() {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
    dialog.close();
    onPicture(new File([blob], "photo.jpg", { type: "image/jpeg" }));
  }

  byId("camera").addEventListener("click", open);
  video.addEventListener("playing", () => { byId("shoot").disabled = false; });
  byId("shoot").addEventListener("click", shoot);
  byId("camera-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", stop);
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (file) onPicture(file);
  });
}
