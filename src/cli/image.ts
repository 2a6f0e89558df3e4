import { ExpectedError } from '../errors.ts'

const host =
  /(?:[a-zA-Z\d](?:[a-zA-Z\d-]*[a-zA-Z\d])?(?:\.[a-zA-Z\d](?:[a-zA-Z\d-]*[a-zA-Z\d])?)*|\[[a-fA-F\d:]+\])(?::\d+)?/
const part = /[a-z\d]+(?:(?:\.|_|__|-+)[a-z\d]+)*/
const tag = /:\w[\w.-]{0,127}/
const digest = /@[A-Za-z][A-Za-z\d]*(?:[-_+.][A-Za-z][A-Za-z\d]*)*:[\da-fA-F]{32,}/
/** The grammar of github.com/distribution/reference (regexp.go), which the container runtimes read images by. */
const reference = new RegExp(
  `^(?:${host.source}/)?${part.source}(?:/${part.source})*(?:${tag.source})?(?:${digest.source})?$`,
)

/** The image of `--image`, as typed; undefined without it. Throws an ExpectedError for what no runtime could pull. */
export function imageFrom(text: string | undefined): string | undefined {
  if (text === undefined || reference.test(text)) return text
  throw new ExpectedError(`--image ${JSON.stringify(text)} is no image.`, {
    code: 'image-invalid',
    hint: 'Write it like --image registry.example/dns/tools:1.2',
  })
}
