"""A file that comes by drag or paste: a script, with ['drop' or 'paste', where, the file's name, its bytes]."""

DROP = """async ([type, where, name, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(content)], name, { type: 'image/png' }));
  const target = document.querySelector(where);
  if (type === 'paste') {
    const event = new Event('paste', { bubbles: true, cancelable: true });
    return target.dispatchEvent(Object.assign(event, { clipboardData: data }));
  }
  for (const step of ['dragenter', 'dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(step, { bubbles: true, cancelable: true, dataTransfer: data }));
    await new Promise((later) => setTimeout(later, 300)); // nobody is faster with a mouse
  }
}"""
