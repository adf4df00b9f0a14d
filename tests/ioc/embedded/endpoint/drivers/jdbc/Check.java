import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a JDBC user sees with the driver's defaults, a line a check. */
public class Check {
  public static void main(String[] arguments) throws SQLException {
    String url = "jdbc:clickhouse://127.0.0.1:" + arguments[0] + "/default";
    try (Connection connection = DriverManager.getConnection(url, arguments[1], arguments[2]);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE jdbc (n UInt32, s String) ENGINE = MergeTree ORDER BY n");
      insert(connection);
      System.out.println("stored " + one(statement, "SELECT sum(n) || ' ' || max(s) FROM jdbc"));
      System.out.println("streamed " + total(statement));
      System.out.println("error " + error(statement, "SELECT nope"));
      System.out.println("late " + error(statement, "SELECT number, throwIf(number = 900000) FROM numbers(1000000)"));
      String day = "SELECT toStartOfDay(toDateTime('2026-11-20 10:00:00', 'Asia/Ho_Chi_Minh'))";
      System.out.println("day " + one(statement, day));
      System.out.println("columns " + columns(connection));
    }
  }

  private static void insert(Connection connection) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO jdbc VALUES (?, ?)")) {
      for (int n = 0; n < 10000; n++) {
        insert.setInt(1, n);
        insert.setString(2, "dòng " + n);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static String one(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static long total(Statement statement) throws SQLException {
    long total = 0;
    try (ResultSet rows = statement.executeQuery("SELECT number FROM numbers(300000)")) {
      while (rows.next()) {
        total += rows.getLong(1);
      }
    }
    return total;
  }

  private static String error(Statement statement, String sql) {
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {}
      return "none";
    } catch (SQLException | RuntimeException error) {
      return error.getMessage().replace('\n', ' ');
    }
  }

  private static String columns(Connection connection) throws SQLException {
    StringBuilder names = new StringBuilder();
    try (ResultSet rows = connection.getMetaData().getColumns(null, "default", "jdbc", null)) {
      while (rows.next()) {
        names.append(rows.getString("COLUMN_NAME"));
      }
    }
    return names.toString();
  }
}
