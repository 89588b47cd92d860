using MassTransit;

namespace EmptyNumber.ServiceDefaults.Messaging;

/// <summary>Publishing that knows whether anybody listens.</summary>
public static class RoutedPublish
{
    /// <summary>Publishes a message, and returns when a queue has it.</summary>
    /// <exception cref="MessageReturnedException">No queue is bound for it: its consumer has not started yet, or the broker lost its queues.</exception>
    public static Task PublishRoutedAsync(this IBus bus, object message, Type type, CancellationToken cancellationToken) => bus.Publish(
        message,
        type,
        Pipe.Execute<PublishContext>(context =>
        {
            if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                rabbit.Mandatory = true;
        }),
        cancellationToken);
}
