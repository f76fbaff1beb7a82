// A treaty's page: brings the reader to what the address asks for.

const contents = document.getElementById("contents");
if (matchMedia("(min-width: 72rem)").matches) contents.open = true;

const quotation = document.getElementById("quotation");
const place = quotation ?? document.querySelector("#text .target");
if (place) {
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  // An address with a fragment is scrolled to by the browser.
  if (!location.hash) {
    place.scrollIntoView({ block: quotation ? "center" : "start", behavior: "instant" });
  }
}
