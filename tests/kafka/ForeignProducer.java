// Java's own producer, as real sources use it: one line of standard input is one event.
//
// Arguments: servers, topic, codec, mode (plain, idempotent or transactional). A line is the key, a
// tab and the value; "commit" and "abort" end a transaction. Partitioner, batching and headers are
// those that a Java programmer gets without a thought.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

public class ForeignProducer {
    public static void main(String[] arguments) throws Exception {
        Properties config = new Properties();
        config.put("bootstrap.servers", arguments[0]);
        config.put("compression.type", arguments[2]);
        config.put("linger.ms", "50");
        config.put("key.serializer", StringSerializer.class.getName());
        config.put("value.serializer", StringSerializer.class.getName());
        boolean isTransactional = arguments[3].equals("transactional");
        if (isTransactional) config.put("transactional.id", "java-" + arguments[2]);
        if (arguments[3].equals("plain")) {
            config.put("enable.idempotence", "false");
            config.put("acks", "1");
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(config)) {
            if (isTransactional) {
                producer.initTransactions();
                producer.beginTransaction();
            }
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.equals("commit") || line.equals("abort")) {
                    producer.flush();
                    if (line.equals("commit")) producer.commitTransaction();
                    else producer.abortTransaction();
                    producer.beginTransaction();
                    continue;
                }
                int tab = line.indexOf('\t');
                ProducerRecord<String, String> record =
                    new ProducerRecord<>(arguments[1], line.substring(0, tab), line.substring(tab + 1));
                record.headers().add("traceparent", "00-4b".getBytes(StandardCharsets.UTF_8));
                record.headers().add("ngu\u1ed3n", null);
                sent.add(producer.send(record));
            }
            if (isTransactional) producer.abortTransaction();
            else for (Future<RecordMetadata> each : sent) each.get();
        }
    }
}
