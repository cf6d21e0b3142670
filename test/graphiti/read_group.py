"""Reads groups by Graphiti's own classes, prints what it found in each: read_group.py BOLT_URL USER PASSWORD GROUP_ID…"""
import asyncio
import json
import os
import sys

os.environ["GRAPHITI_TELEMETRY_ENABLED"] = "false"

from graphiti_core.driver.neo4j_driver import Neo4jDriver
from graphiti_core.edges import EntityEdge, EpisodicEdge
from graphiti_core.nodes import EntityNode, EpisodicNode


async def read(driver, group):
    read_by = {
        "entities": EntityNode,
        "episodes": EpisodicNode,
        "facts": EntityEdge,
        "mentions": EpisodicEdge,
    }
    found = {what: await kind.get_by_group_ids(driver, [group]) for what, kind in read_by.items()}
    entity = await EntityNode.get_by_uuid(driver, found["entities"][0].uuid)
    fact = await EntityEdge.get_by_uuid(driver, found["facts"][0].uuid)
    found["one_by_one"] = [entity, fact]
    return {what: [one.model_dump(mode="json") for one in ones] for what, ones in found.items()}


async def read_all(driver, groups):
    found = [await read(driver, group) for group in groups]
    await driver.close()
    return found


# The driver is made outside the loop: inside one it would set about building indexes of its own.
graph = Neo4jDriver(*sys.argv[1:4])
print(json.dumps(asyncio.run(read_all(graph, sys.argv[4:]))))
