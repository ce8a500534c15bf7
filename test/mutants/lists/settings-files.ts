/** Breaks of settings in files. */
import type { Break } from '../break.ts'

const files = 'test/shared/settings-file.test.ts'

export const settingsFiles: readonly Break[] = [
  {
    id: 'token-is-handed-out-unasked',
    keeps: ['S2'],
    file: 'src/shared/settings-file.ts',
    find: "...(secrets && token !== '' && { token })",
    replace: "...(token !== '' && { token })",
    noticedBy: { [files]: 'its token only if asked for' },
  },
  {
    id: 'import-forgets-a-token',
    keeps: ['R3'],
    file: 'src/shared/settings-file.ts',
    find: "token: token ?? known?.token ?? ''",
    replace: "token: token ?? ''",
    noticedBy: { [files]: 'keeps the token that is known where it has none' },
  },
]
