"""The visitor's side: sessions, their socket, the loader and the frame."""
