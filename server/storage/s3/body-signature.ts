/** Signs a request with the digest of its body instead of without one, so that the store refuses other bytes. */

/** When in the making of a request `signedAs` has its turn. */
export const beforeSigning = { step: 'build', name: 'signedAs' } as const

/**
 * For a command's middleware stack.
 * @param sha256 hex; without it the body of a stream is not signed, as the SDK does
 */
export function signedAs(sha256: string | undefined) {
  return <Args extends { readonly request: unknown }, Answer>(next: (args: Args) => Answer) =>
    (args: Args): Answer => {
      const { headers } = args.request as { readonly headers: Record<string, string> }
      // What is there already the signer takes for the digest of the body (SigV4).
      if (sha256 !== undefined) headers['x-amz-content-sha256'] = sha256
      return next(args)
    }
}
