package io.forebay.bench.micro;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.codec.Frames;
import io.forebay.mqtt.codec.PacketDecoder;
import io.forebay.mqtt.codec.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A QoS 1 PUBLISH in and out, in direct memory as in the pipeline.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
  @Param({"16", "256", "1024"})
  int payloadBytes = 256;

  @Param({"V3_1_1", "V5"})
  ProtocolVersion version = ProtocolVersion.V5;

  private final ByteBuf in = Unpooled.directBuffer(4096);
  private final ByteBuf out = Unpooled.directBuffer(4096);
  private Publish publish = publish(0);

  private static Publish publish(int payloadBytes) {
    return new Publish(
        7,
        false,
        Qos.AT_LEAST_ONCE,
        false,
        "plants/12/lines/4/machines/8812/temperature",
        0,
        -1,
        Publish.NO_SUBSCRIPTION_IDS,
        Properties.NONE,
        new byte[payloadBytes]);
  }

  @Setup
  public void fill() {
    publish = publish(payloadBytes);
    PacketEncoder.encode(publish, version, in);
  }

  @Benchmark
  public Packet decode() {
    in.readerIndex(0);
    return PacketDecoder.decode(in, Frames.length(in, 1 << 20), version);
  }

  @Benchmark
  public ByteBuf encode() {
    out.clear();
    PacketEncoder.encode(publish, version, out);
    return out;
  }
}
