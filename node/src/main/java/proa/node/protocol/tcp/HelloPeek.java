package proa.node.protocol.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.FrontendConfig;
import proa.node.exchange.Deadlines;
import proa.node.exchange.Traffic;
import proa.node.hello.Hello;
import proa.node.listener.Loop;
import proa.node.listener.Secured;
import proa.node.record.Recorder;
import proa.node.tls.HelloBuffer;

/**
 * A client's connection until its ClientHello is there, whose server name the routes ask for.
 * Nothing is decrypted or changed: the server gets every byte. What is not TLS is reset.
 */
final class HelloPeek extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(HelloPeek.class);

    private final Loop loop;
    private final SocketChannel channel;
    private final FrontendConfig frontend;
    private final Traffic traffic;
    private final Recorder recorder;
    private final HelloBuffer hello = new HelloBuffer();
    private final Deadlines.Entry deadline = new Deadlines.Entry(_ -> reset("no ClientHello"));

    HelloPeek(
            Loop loop,
            SocketChannel channel,
            FrontendConfig frontend,
            Traffic traffic,
            Recorder recorder) {
        this.recorder = recorder;
        this.loop = loop;
        this.channel = channel;
        this.frontend = frontend;
        this.traffic = traffic;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        long timeout = frontend.timeouts().request().toNanos();
        loop.deadlines().set(deadline, loop.nowNanos() + timeout);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        loop.progress();
        switch (hello.add(channel.alloc(), (ByteBuf) message)) {
            case Hello.Partial _ -> {}
            case Hello.Refused(String why) -> reset(why);
            case Hello.Whole(String serverName) -> pass(context, serverName);
        }
    }

    private void pass(ChannelHandlerContext context, String serverName) {
        loop.deadlines().remove(deadline);
        new Secured(serverName, null).noteAt(channel);
        TcpClient client = TcpProtocol.client(loop, channel, frontend, traffic, recorder);
        channel.pipeline().addLast(client);
        ByteBuf bytes = hello.take();
        if (bytes != null) {
            context.fireChannelRead(bytes);
        }
        context.fireChannelActive();
        if (!context.isRemoved()) {
            context.pipeline().remove(this);
        }
    }

    private void reset(String why) {
        LOG.debug("{}: {}", channel.remoteAddress(), why);
        Resets.reset(channel);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        loop.deadlines().remove(deadline);
        hello.drop();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }
}
