/** Adding a server to the list of the settings. */
import { expect, it } from 'vitest'
import { mostServers } from '../../src/shared/servers.ts'
import { withServer } from '../../src/shared/with-server.ts'

const studio = { id: 'a', name: 'Studio', url: 'https://studio.example.com', token: 'one' }
const added = { id: 'b', name: '', url: 'https://other.example.com/photos', token: 'two' }

it('calls a server like its host where nobody named it', () => {
  expect(withServer([studio], added)?.servers).toEqual([studio, { ...added, name: 'other.example.com' }])
})

it('never gives two servers one name', () => {
  expect(withServer([studio], { ...added, name: 'Studio' })).toMatchObject({ id: 'b', name: 'Studio (2)' })
})

it('brings the server of an address up to date, and keeps its id and its name', () => {
  const again = { ...studio, id: 'c', name: '', token: 'new' }
  expect(withServer([studio], again)).toEqual({
    servers: [{ ...studio, token: 'new' }],
    id: 'a',
    name: 'Studio',
  })
})

it('adds nothing to a full list', () => {
  const full = Array.from({ length: mostServers }, (_, nth) => ({
    ...studio,
    id: `${nth}`,
    url: `https://s${nth}.example.com`,
  }))
  expect(withServer(full, added)).toBeNull()
})
