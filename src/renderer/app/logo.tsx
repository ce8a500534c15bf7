/** PhotoFerry's logo: a lens carried by a hull. */
export function Logo({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#146b86" />
      <circle cx="16" cy="11.5" r="4.6" fill="none" stroke="#fff" strokeWidth="2.2" />
      <path d="M5.5 18.5h21l-2.8 5.2a2 2 0 0 1-1.8 1.1H10.1a2 2 0 0 1-1.8-1.1z" fill="#fff" />
    </svg>
  )
}
