// A button that prints the page; without scripts the browser's own command does it.
export function start(element) {
  for (const button of element.querySelectorAll("button")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
