"""A file that comes to the window's card by drag or paste: a script, with ['drop' or 'paste', the file's bytes]."""

# On the card, from its button to its edges.
DROP = """async ([type, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(content)], 'shot.png', { type: 'image/png' }));
  const target = document.querySelector('.form-card');
  if (type === 'paste') {
    const event = new Event('paste', { bubbles: true, cancelable: true });
    return target.dispatchEvent(Object.assign(event, { clipboardData: data }));
  }
  for (const name of ['dragenter', 'dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data }));
    await new Promise((later) => setTimeout(later, 300)); // nobody is faster with a mouse
  }
}"""
