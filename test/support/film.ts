/** A film in a workspace, of any size. */
import { keepFile, writeFile } from '../../core/media/files.ts'
import { Asset } from '../../core/media/models/asset.ts'
import type { Tenant, World } from './world.ts'

const piece = Buffer.alloc(1_000_000, 7)

async function* ofBytes(bytes: number): AsyncGenerator<Uint8Array> {
  for (let left = bytes; left > 0; left -= piece.length) yield piece.subarray(0, left)
}

/** Puts a film of so many bytes into the library and returns its id. */
export async function addFilm(world: World, tenant: Tenant, bytes: number): Promise<string> {
  const { workspaceId } = tenant
  const film = await writeFile(world.ctx, workspaceId, ofBytes(bytes))
  return world.ctx.db.tx({ workspace: workspaceId }, async () => {
    const { id } = await Asset.create({
      workspaceId,
      name: 'film.mp4',
      mime: 'video/mp4',
      bytes,
      width: 1920,
      height: 1080,
      fileId: await keepFile(film, world.ctx.now()),
    })
    return id
  })
}
