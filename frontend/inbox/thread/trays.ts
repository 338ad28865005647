/** The files that wait to be sent, for each conversation. */
import type { Api } from '../../shared/http.ts';
import { createTray, type Tray } from '../../shared/tray.ts';
import { upload } from '../../shared/upload.ts';
import type { Boot } from '../boot.ts';

export interface Trays {
  of(conversationId: string): Tray;
}

export function createTrays(api: Pick<Api, 'headers'>, limits: Boot['upload']): Trays {
  const known = new Map<string, Tray>();

  function of(conversationId: string): Tray {
    let tray = known.get(conversationId);
    if (!tray) {
      const url = `/api/v1/conversations/${conversationId}/attachments/`;
      tray = createTray({
        maxBytes: limits.max_bytes,
        maxFiles: limits.max_files,
        upload: (file, onProgress, signal) => upload({ url, headers: api.headers(), file, onProgress, signal }),
      });
      known.set(conversationId, tray);
    }
    return tray;
  }

  return { of };
}
