import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/**
 * Runs Neo4j with its Bolt connector until the process is asked to stop. Argument: a home folder that holds neo4j.conf.
 */
public final class GraphServer {
  public static void main(String[] arguments) throws InterruptedException {
    Path home = Path.of(arguments[0]);
    DatabaseManagementService service =
        new DatabaseManagementServiceBuilder(home)
            .loadPropertiesFromFile(home.resolve("neo4j.conf"))
            .setConfig(BoltConnector.enabled, true)
            .build();
    // Stopping cleanly flushes the page cache, so that the next start needs no recovery.
    Runtime.getRuntime().addShutdownHook(new Thread(service::shutdown));
    new CountDownLatch(1).await();
  }
}
