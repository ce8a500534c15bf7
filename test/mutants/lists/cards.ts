/** Breaks of what makes a card safe to format. */
import type { Break } from '../break.ts'

const safe = 'test/main/cards/safe-to-format.test.ts'
const real = 'test/main/cards/real-cards.test.ts'
const verified = 'test/server/verified-content.test.ts'

export const cards: readonly Break[] = [
  {
    id: 'card-is-safe-as-the-list-says',
    keeps: ['R14'],
    file: 'src/main/cards/check-card.ts',
    find: '    this.#conclude(file, found ? null : this.#deps.reasonFor(file))\n',
    replace: '    this.#conclude(file, null)\n',
    noticedBy: { [safe]: 'that came to it after it was added' },
  },
  {
    id: 'server-need-not-read-its-bytes',
    keeps: ['R14'],
    file: 'src/main/cards/ask-server.ts',
    find: '  let within = Math.floor((performance.now() - sinceMs) / 1000)\n',
    replace: '  let within = 3600 + Math.floor((performance.now() - sinceMs) / 1000)\n',
    noticedBy: { [safe]: 'that the server no longer has whole' },
  },
  {
    id: 'old-verification-counts-as-new',
    keeps: ['R14'],
    file: 'server/uploads/finishing/verified-content.ts',
    find: 'if (isFresh(file) && (await conditionOf(uploads, file)) ===',
    replace: 'if ((await conditionOf(uploads, file)) ===',
    noticedBy: { [verified]: 'where the stored bytes have rotted' },
  },
  {
    id: 'card-is-not-walked-again',
    keeps: ['R14'],
    file: 'src/main/cards/card-session.ts',
    find: '    if (other.length === 0) return true\n',
    replace: '    if (other.length >= 0) return true\n',
    noticedBy: { [safe]: 'ejecting it looks again' },
  },
  {
    id: 'trash-of-a-card-is-forgotten',
    keeps: ['R14'],
    file: 'src/main/cards/check-card.ts',
    find: "  for (const path of now.leftOutMedia) reasons.set(path, 'left-out')\n",
    replace: '',
    noticedBy: { [safe]: 'with a photo in its trash' },
  },
  {
    id: 'photo-without-a-byte-is-safe',
    keeps: ['R14'],
    file: 'src/main/cards/check-card.ts',
    find: "      if (isMedia(file.path)) return this.#conclude(file, 'empty')\n",
    replace: '',
    noticedBy: { [safe]: 'a photo without a byte' },
  },
  {
    id: 'what-cannot-be-read-is-safe',
    keeps: ['R14'],
    file: 'src/main/cards/check-card.ts',
    find: "  for (const path of now.unreadable) reasons.set(path, 'unreadable')\n",
    replace: '',
    noticedBy: { [safe]: 'cannot be read once more' },
  },
  {
    id: 'another-card-is-taken-for-this-one',
    keeps: ['R14'],
    file: 'src/main/cards/cards.ts',
    find: 'one.mountPoint === other.mountPoint && one.id === other.id',
    replace: 'one.mountPoint === other.mountPoint',
    noticedBy: { [safe]: 'where another card of the same name' },
  },
  {
    id: 'card-is-read-from-memory',
    keeps: ['R14'],
    file: 'src/main/hashing/read-past-memory.ts',
    find: 'constants.O_RDONLY | constants.O_DIRECT',
    replace: 'constants.O_RDONLY',
    noticedBy: { [real]: 'is read itself' },
  },
]
