/** Two messages of 128 bytes with one MD5, published by Wang, Feng, Lai and Yu in 2004; any common tail keeps it one. */

const published = [
  'd131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a' +
    '085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0' +
    'e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70',
  'd131dd02c5e6eec4693d9a0698aff95c2fcab50712467eab4004583eb8fb7f8955ad340609f4b30283e4888325f1415a' +
    '085125e8f7cdc99fd91dbd7280373c5bd8823e3156348f5bae6dacd436c919c6dd53e23487da03fd02396306d248cda0' +
    'e99f33420f577ee8ce54b67080280d1ec69821bcb6a8839396f965ab6ff72a70',
] as const

/** The MD5 of both without a tail. */
export const collidingMd5 = '79054025255fb1a26e4bc422aef54eb4'

/** @param tail bytes that follow in both */
export function collidingPair(tail = Buffer.alloc(0)): readonly [Buffer, Buffer] {
  const [one, other] = published
  return [Buffer.concat([Buffer.from(one, 'hex'), tail]), Buffer.concat([Buffer.from(other, 'hex'), tail])]
}
