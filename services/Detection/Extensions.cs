using EmptyNumber.Detection.Consumers;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Messaging;
using EmptyNumber.ServiceDefaults.Recordings;
using MassTransit;

namespace EmptyNumber.Detection;

internal static class Extensions
{
    /// <summary>The service's own parts.</summary>
    public static void AddDetection(this IHostApplicationBuilder builder)
    {
        builder.AddDatabase<DetectionDb>("detectiondb");
        builder.AddMessaging<DetectionDb>("detection", bus => bus.AddConsumer<NumbersResolvedConsumer, NumbersResolvedConsumerDefinition>());
        builder.Services.AddOptions<DetectionOptions>().BindConfiguration("Detection").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<WebhookOptions>().BindConfiguration("Webhooks").ValidateDataAnnotations().ValidateOnStart();
        builder.AddRecordingStore();
        builder.Services.AddSingleton<DispatchSignal>();
        builder.Services.AddSingleton<WebhookSignal>();
        builder.Services.AddSingleton<WebhookClient>();
        builder.Services.AddSingleton<ProgressReader>();
        builder.Services.AddSingleton<TaskWatches>();
        builder.Services.AddHostedService<Dispatcher>();
        builder.Services.AddHostedService<WebhookSender>();
        builder.Services.AddHostedService<Sweeper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TaskWatches>());
        builder.Services.AddScoped<TaskIntake>();
        builder.Services.AddScoped<TaskReader>();
        builder.Services.AddScoped<RecordResolver>();
        builder.Services.AddScoped<WebhookQueue>();
        builder.Services.AddScoped<WebhookSecrets>();
    }
}
