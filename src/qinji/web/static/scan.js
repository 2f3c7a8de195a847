// A camera or a photograph instead of a scanner. The reader is fetched when it is first asked for, from this site only.

const LOOK_AGAIN_MS = 150;
const FORMATS = ["QRCode", "Code128"];
let reader;

function fetched(box) {
  reader ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = box.dataset.reader;
    script.onload = () => {
      window.ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => box.dataset.wasm } });
      done(window.ZXingWASM);
    };
    script.onerror = failed;
    document.head.append(script);
  });
  return reader;
}

async function read(box, picture) {
  const found = await (await fetched(box)).readBarcodes(picture, { formats: FORMATS, maxNumberOfSymbols: 1 });
  return found.find((code) => code.isValid && code.text)?.text;
}

function send(box, text) {
  const form = box.parentElement.querySelector("form.scan");
  form.elements.code.value = text;
  form.requestSubmit();
}

async function watch(box, video) {
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  while (box.isConnected && video.srcObject) {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    brush.drawImage(video, 0, 0);
    const text = canvas.width ? await read(box, brush.getImageData(0, 0, canvas.width, canvas.height)) : undefined;
    if (text) return text;
    await new Promise((later) => setTimeout(later, LOOK_AGAIN_MS));
  }
  return undefined;
}

function stop(video) {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
  video.hidden = true;
}

async function byCamera(box, video, told) {
  told.textContent = "";
  if (video.srcObject) return stop(video);
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.hidden = false;
    await video.play();
    const text = await watch(box, video);
    if (text) send(box, text);
  } catch {
    told.textContent = box.dataset.denied;
  }
  stop(video);
}

async function byPhoto(box, file, told) {
  told.textContent = "";
  try {
    const text = await read(box, file);
    if (text) return send(box, text);
  } catch {
    // A file that is no picture is told like one without a code.
  }
  told.textContent = box.dataset.none;
}

export function start(box) {
  const [button, photo, input, video, told] = ["button", "label", "input", "video", "p"].map((one) => box.querySelector(one));
  button.hidden = !navigator.mediaDevices?.getUserMedia;
  photo.hidden = false;
  button.addEventListener("click", () => byCamera(box, video, told));
  input.addEventListener("change", () => input.files[0] && byPhoto(box, input.files[0], told));
}
