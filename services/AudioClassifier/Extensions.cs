using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Consumers;
using EmptyNumber.AudioClassifier.Grouping;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Messaging;
using EmptyNumber.ServiceDefaults.Recordings;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EmptyNumber.AudioClassifier;

internal static class Extensions
{
    /// <summary>The service's own parts. The library comes before the bus: it is there when the first recording arrives.</summary>
    public static void AddAudioClassifier(this IHostApplicationBuilder builder)
    {
        builder.AddDatabase<ClassifierDb>("classifierdb");
        builder.AddRecordingStore();
        builder.Services.AddOptions<VerdictOptions>().BindConfiguration("Verdict").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => new CallAnalyzer(services.GetRequiredService<IOptions<VerdictOptions>>().Value.LeastConfidence));
        builder.Services.AddSingleton<SafeAnalysis>();
        builder.Services.AddSingleton<LibrarySignal>();
        builder.Services.AddSingleton<ClassifierMetrics>();
        builder.Services.AddSingleton<Library>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Library>());
        builder.Services.AddScoped<LibraryChanges>();
        builder.AddUnknownGroups();
        builder.AddMessaging<ClassifierDb>("classifier", bus => bus.AddConsumer<CallRecordedConsumer, CallRecordedConsumerDefinition>());
    }

    private static void AddUnknownGroups(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<UnknownOptions>().BindConfiguration("Unknown").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SortingSignal>();
        builder.Services.AddSingleton<SettlingSignal>();
        builder.Services.AddScoped<UnknownIntake>();
        builder.Services.AddScoped<UnknownLabels>();
        builder.Services.AddHostedService<Sorter>();
        builder.Services.AddHostedService<Settler>();
    }
}
