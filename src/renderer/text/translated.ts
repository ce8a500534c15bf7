/** The shape of a translated catalog: the same keys as English, without the plural forms that the language does not have. */

/** Forms that English distinguishes by number; a language without them only has `_other`. */
type EnglishForm = `${string}_one` | `${string}_two` | `${string}_few`

export type Translated<Catalog> = {
  readonly [Key in keyof Catalog as Key extends EnglishForm ? never : Key]: Catalog[Key] extends string
    ? string
    : Translated<Catalog[Key]>
}
