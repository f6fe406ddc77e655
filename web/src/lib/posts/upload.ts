/** Uploads one image as the raw body, telling how far it is. */
import type { Asset } from '#contract/media/media.ts'
import { fromDocument } from '#contract/platform/problems.ts'

export function uploadImage(
  workspace: string,
  file: File,
  onprogress: (share: number) => void,
): Promise<Asset> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const name = encodeURIComponent(file.name.slice(0, 200) || 'image')
    request.open('POST', `/api/v1/workspaces/${workspace}/media?name=${name}`)
    request.setRequestHeader('content-type', file.type || 'application/octet-stream')
    request.upload.onprogress = (event) =>
      event.lengthComputable && onprogress(event.loaded / event.total)
    request.onload = () => {
      const body: unknown = request.responseText ? JSON.parse(request.responseText) : undefined
      if (request.status < 300) resolve(body as Asset)
      else reject(fromDocument(body))
    }
    request.onerror = () => reject(new TypeError('network'))
    request.send(file)
  })
}
