/** Where the messages of a topic go that its handler rejects. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dead-letter`;
}
