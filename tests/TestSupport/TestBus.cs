using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.TestSupport;

/// <summary>A bus of the test's own: publishes to the services, and hears what they publish.</summary>
public sealed class TestBus : IAsyncDisposable
{
    private readonly IBusControl _bus;

    private TestBus(IBusControl bus) => _bus = bus;

    /// <summary>Connects to a broker.</summary>
    /// <param name="connectionString"><c>amqp://…</c></param>
    public static async Task<TestBus> StartAsync(string connectionString)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(new Uri(connectionString)));
        await bus.StartAsync(new CancellationTokenSource(Eventually.Deadline).Token);
        return new TestBus(bus);
    }

    /// <summary>Publishes a message; returns when the broker has it.</summary>
    public async Task PublishAsync<T>(T message)
        where T : class
    {
        using var limit = new CancellationTokenSource(Eventually.Deadline);
        await _bus.Publish(message, limit.Token);
    }

    /// <summary>Hears every message of a type from now on.</summary>
    public async Task<ConcurrentQueue<T>> ListenAsync<T>()
        where T : class
    {
        var heard = new ConcurrentQueue<T>();
        var endpoint = _bus.ConnectReceiveEndpoint(queue => queue.Handler<T>(context =>
        {
            heard.Enqueue(context.Message);
            return Task.CompletedTask;
        }));
        await endpoint.Ready;
        return heard;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _bus.StopAsync(Eventually.Deadline);
}
