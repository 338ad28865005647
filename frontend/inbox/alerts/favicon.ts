/** The tab's picture, with a dot while somebody waits; drawn on a canvas, so that the one picture serves for both. */

const SIZE = 64;

export function createFavicon(page: Document = document): (hasDot: boolean) => void {
  const link = page.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (!link) return () => undefined;
  const plain = link.href;
  let dotted: Promise<string> | null = null;
  let wanted = false;
  return (hasDot) => {
    wanted = hasDot;
    if (!hasDot) {
      link.href = plain;
      return;
    }
    dotted ??= drawn(plain);
    dotted.then(
      (picture) => {
        if (wanted) link.href = picture;
      },
      () => undefined, // The number in the title says it as well.
    );
  };
}

async function drawn(source: string): Promise<string> {
  const picture = new Image(SIZE, SIZE);
  picture.src = source;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext('2d')!;
  pen.drawImage(picture, 0, 0, SIZE, SIZE);
  pen.arc(SIZE - 15, 15, 14, 0, 2 * Math.PI);
  pen.fillStyle = '#d92d20';
  pen.fill();
  pen.lineWidth = 4;
  pen.strokeStyle = '#fff';
  pen.stroke();
  return canvas.toDataURL('image/png');
}
