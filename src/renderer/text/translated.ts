/** What a catalog must hold beside English: the same keys, less the plural forms that its language does not have. */

/** Forms that English tells apart by number; a language without them has `_other` alone. */
type EnglishForm = `${string}_one` | `${string}_two` | `${string}_few`

export type Translated<Words> = {
  readonly [Key in keyof Words as Key extends EnglishForm ? never : Key]: Words[Key] extends string
    ? string
    : Translated<Words[Key]>
}
