/** What a campaign's cards and rows are handed. */
import type { OutputOf } from '#contract/client.ts'
import type { Post } from '#contract/posts/post.ts'

interface Around {
  workspace: string
  channels: OutputOf<'listChannels'>['data']
  /** The campaign's time zone, for posts that have none. */
  zone: string
}

export interface OnePost extends Around {
  post: Post
}

export interface ManyPosts extends Around {
  posts: Post[]
}
