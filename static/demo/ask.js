// Buttons that open the chat with the beginning of a question: a website's own use of the chat's API.
window.ChatPlatform = window.ChatPlatform || [];

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-ask]');
  if (!button) return;
  window.ChatPlatform.push(['open']);
  if (button.dataset.ask) window.ChatPlatform.push(['prefill', button.dataset.ask]);
});
