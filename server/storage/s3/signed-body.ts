/** Signs a request with the digest of its body, so that the store refuses other bytes. */

/** The step in which the SDK runs `signedAs`, before the signer. */
export const beforeSigning = { step: 'build', name: 'signedAs' } as const

/**
 * For a command's middleware stack.
 * @param sha256 hex; when undefined the body of a stream is not signed, the SDK's default
 */
export function signedAs(sha256: string | undefined) {
  return <Args extends { readonly request: unknown }, Answer>(next: (args: Args) => Answer) =>
    (args: Args): Answer => {
      const { headers } = args.request as { readonly headers: Record<string, string> }
      // The signer uses an existing header as the digest of the body (SigV4).
      if (sha256 !== undefined) headers['x-amz-content-sha256'] = sha256
      return next(args)
    }
}
