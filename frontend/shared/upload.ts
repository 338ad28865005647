/** One file on its way to the server. XMLHttpRequest, because `fetch` cannot say how much of a body has gone. */
import { ApiError, seconds } from './http.ts';
import type { Attachment } from './protocol.d.ts';

export interface Upload {
  url: string;
  headers: Record<string, string>;
  file: File;
  /** The share that has gone, from 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** The server's answer. Rejects with an ApiError; with the code `cancelled` when `signal` took it back. */
export function upload<T = Attachment>({ url, headers, file, onProgress, signal }: Upload): Promise<T> {
  const body = new FormData();
  body.append('file', file, file.name || 'image.png');
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      const answer = request.response as (T & { error?: { code: string; detail: string } }) | null;
      if (request.status === 201 && answer) return resolve(answer);
      const wait = seconds(request.getResponseHeader('Retry-After'));
      reject(new ApiError(request.status, answer?.error?.code ?? 'unexpected', answer?.error?.detail ?? '', wait));
    };
    request.onerror = () => reject(new ApiError(0, 'offline', ''));
    request.onabort = () => reject(new ApiError(0, 'cancelled', ''));
    signal.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}
