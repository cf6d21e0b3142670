import { AssignerProtocol, type GroupMember, type GroupMemberAssignment, type PartitionAssigner } from 'kafkajs';

/**
 * Gives partition p of every topic to the same member, so that a document has one owner in a role that reads several
 * topics. Kafka calls this a range assignment; kafkajs only comes with round robin, which separates them.
 */
export function assignTogether(
  memberIds: readonly string[],
  partitionsOf: ReadonlyMap<string, readonly number[]>,
): Map<string, Record<string, number[]>> {
  const sorted = [...memberIds].sort();
  const assigned = new Map<string, Record<string, number[]>>(sorted.map((id) => [id, {}]));
  for (const [topic, partitions] of partitionsOf) {
    for (const partition of partitions) {
      const owner = assigned.get(sorted[partition % sorted.length] ?? '');
      if (owner !== undefined) (owner[topic] ??= []).push(partition);
    }
  }
  return assigned;
}

/** The name is part of the group protocol: all members of a group must offer it. */
const name = 'penstock-together';
const version = 0;

export const togetherAssigner: PartitionAssigner = ({ cluster }) => ({
  name,
  version,
  assign({ members, topics }): Promise<GroupMemberAssignment[]> {
    const ids = members.map(({ memberId }: GroupMember) => memberId);
    const partitionsOf = new Map(
      topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)]),
    );
    const assigned = [...assignTogether(ids, partitionsOf)].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({ version, assignment, userData: Buffer.alloc(0) }),
    }));
    return Promise.resolve(assigned);
  },
  protocol({ topics }) {
    const metadata = AssignerProtocol.MemberMetadata.encode({ version, topics, userData: Buffer.alloc(0) });
    return { name, metadata };
  },
});
