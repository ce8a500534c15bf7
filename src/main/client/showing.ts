/** What the window shows of the photos themselves: small pictures, and what they tell in short. Asked for by id, never by path. */
import type { Client } from './interface.ts'
import type { ClientParts } from './parts.ts'

export function showing({ list, thumbnails }: ClientParts): Pick<Client, 'thumbnail' | 'photo'> {
  return {
    thumbnail: async (itemId, size, signal) => {
      const item = list.get(itemId)
      // It left the list while its row did.
      return item ? thumbnails.picture(item, size, signal) : null
    },
    photo: async (itemId) => thumbnails.facts(list.require(itemId)),
  }
}
