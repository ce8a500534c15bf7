/** Invitations to the server of a studio. */
import { expect, it } from 'vitest'
import { parseInvitation } from '../../src/shared/invitation.ts'

const invitation = { invitation: 'PhotoFerry', name: 'Studio', url: 'https://a.example.com/', token: 'abc' }

it('are read with everything that a client needs', () => {
  expect(parseInvitation(JSON.stringify(invitation))).toEqual({ ...invitation, url: 'https://a.example.com' })
})

it.each([
  ['no JSON', 'Dear colleague'],
  ['another kind of file', JSON.stringify({ ...invitation, invitation: 'Calendar' })],
  ['an address that is none', JSON.stringify({ ...invitation, url: 'javascript:alert(1)' })],
  ['an address with a query', JSON.stringify({ ...invitation, url: 'https://a.example.com/?x=1' })],
  ['a fingerprint that is none', JSON.stringify({ ...invitation, fingerprint: 'AB' })],
  ['no name', JSON.stringify({ ...invitation, name: ' ' })],
])('are refused with %s', (_, text) => {
  expect(parseInvitation(text)).toBeNull()
})
