/* Fetched with the first photo that is clicked; its words come from the page. */
import PhotoSwipe from "photoswipe";

export function open(photos, index) {
  const links = [...photos.querySelectorAll("a")];
  const shown = new PhotoSwipe({
    dataSource: links.map((link) => ({
      src: link.href,
      width: Number(link.dataset.pswpWidth),
      height: Number(link.dataset.pswpHeight),
      alt: link.querySelector("img").alt,
    })),
    index,
    bgOpacity: 0.92,
    showHideAnimationType: "none",
    returnFocus: true,
  });
  shown.init();
}
