// Photos of papers: made smaller on the phone before they are sent, shown once more, taken again where they are blurred.
// Without this module they are sent as they are.

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;

async function smaller(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], "photo.jpg", { type: "image/jpeg" });
}

async function take(input, shown) {
  const kept = new DataTransfer();
  const previews = [];
  for (const file of input.files) {
    let photo = file;
    try {
      photo = await smaller(file);
      const preview = document.createElement("img");
      preview.alt = input.dataset.alt;
      preview.src = URL.createObjectURL(photo);
      previews.push(preview);
    } catch {
      // What is no picture is sent as it is: the server says what is wrong with it.
    }
    kept.items.add(photo);
  }
  input.files = kept.files;
  shown.replaceChildren(...previews);
  input.dataset.ready = "yes";
}

export function start(element) {
  for (const input of element.querySelectorAll("input[type=file]")) {
    const shown = document.createElement("div");
    shown.className = "photos";
    input.closest(".field").append(shown);
    const chosen = () => {
      delete input.dataset.ready;
      take(input, shown);
    };
    input.addEventListener("change", chosen);
    // On a slow network somebody may have chosen a photo before this module came.
    if (input.files.length) chosen();
  }
}
