/** Keeping the canned replies: made, worded anew and removed where they are used. */
import { ApiError, type Api } from '../shared/http.ts';
import type { Toasts } from './alerts/toasts.ts';
import type { CannedReply, Directory } from './directory.ts';

export interface NewReply {
  readonly website: number;
  readonly everywhere: boolean;
  readonly shortcut: string;
  readonly content: string;
}

export interface Canned {
  /** False when the server said no, which is told. */
  make(reply: NewReply): Promise<boolean>;
  change(id: number, wanted: Pick<CannedReply, 'shortcut' | 'content'>): Promise<boolean>;
  remove(reply: CannedReply): Promise<void>;
}

export function createCanned(api: Pick<Api, 'post' | 'patch' | 'delete'>, { canned }: Directory, toasts: Toasts): Canned {
  async function told(failure: string, ask: () => Promise<void>): Promise<boolean> {
    try {
      await ask();
      return true;
    } catch (error) {
      toasts.error(failure, error instanceof ApiError ? error.detail || error.code : String(error));
      return false;
    }
  }

  return {
    make: (reply) => told('Could not make it', async () => canned.put(await api.post<CannedReply>('canned-replies/', reply))),
    change: (id, wanted) => told('Could not change it', async () => canned.put(await api.patch<CannedReply>(`canned-replies/${id}/`, wanted))),
    async remove(reply) {
      const isGone = await told('Could not remove it', async () => {
        await api.delete(`canned-replies/${reply.id}/`);
        canned.drop(reply.id);
      });
      if (isGone) toasts.show({ text: `/${reply.shortcut} removed`, subject: 'canned' });
    },
  };
}
