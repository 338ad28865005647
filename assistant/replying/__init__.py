"""One job, one answer: begun, written where people can watch it, and stored unless somebody was faster."""
