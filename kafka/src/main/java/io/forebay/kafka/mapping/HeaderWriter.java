package io.forebay.kafka.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/// The headers of a message's record.
final class HeaderWriter {
  /// Made once, by level: every record has one.
  private static final Header[] QOS =
      Arrays.stream(Qos.values())
          .map(qos -> header(HeaderNames.QOS, Integer.toString(qos.level())))
          .toArray(Header[]::new);

  private static final Header RETAIN = header(HeaderNames.RETAIN, "1");
  private static final Header UTF8 = header(HeaderNames.FORMAT, "utf8");
  private static final Header BYTES = header(HeaderNames.FORMAT, "bytes");

  private HeaderWriter() {}

  static List<Header> write(Message message) {
    Properties properties = message.properties();
    List<Header> headers = new ArrayList<>(4 + properties.userProperties().size());
    headers.add(QOS[message.qos().level()]);
    if (message.retain()) {
      headers.add(RETAIN);
    }
    if (message.expiresAtMillis() != Message.NEVER) {
      headers.add(header(HeaderNames.EXPIRES, Long.toString(message.expiresAtMillis())));
    }
    if (!message.publisher().isEmpty()) {
      headers.add(header(HeaderNames.PUBLISHER, message.publisher()));
    }
    write(properties, headers);
    return headers;
  }

  private static void write(Properties properties, List<Header> headers) {
    if (properties.formatDeclared()) {
      headers.add(properties.utf8Payload() ? UTF8 : BYTES);
    }
    if (properties.contentType() != null) {
      headers.add(header(HeaderNames.CONTENT_TYPE, properties.contentType()));
    }
    if (properties.responseTopic() != null) {
      headers.add(header(HeaderNames.RESPONSE_TOPIC, properties.responseTopic()));
    }
    if (properties.correlationData() != null) {
      headers.add(new RecordHeader(HeaderNames.CORRELATION, properties.correlationData()));
    }
    for (UserProperty each : properties.userProperties()) {
      boolean ours = each.name().startsWith(HeaderNames.PREFIX);
      headers.add(header(ours ? HeaderNames.USER + each.name() : each.name(), each.value()));
    }
  }

  static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }
}
