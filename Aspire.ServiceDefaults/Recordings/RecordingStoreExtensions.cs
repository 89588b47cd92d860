using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>A service and the recordings.</summary>
public static partial class RecordingStoreExtensions
{
    /// <summary>Adds the store that the section of its kind names, <c>Recordings</c> unless another is given; a process that is told of none, or of a wrong one, does not start.</summary>
    public static void AddRecordingStore(this IHostApplicationBuilder builder, StoreKind? kind = null)
    {
        kind ??= StoreKind.Recordings;
        // A name that is misspelt would keep recordings longer, or elsewhere, than was meant.
        builder.Services.AddOptions<RecordingOptions>().BindConfiguration(kind.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .Configure(options => options.Kind = kind).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IRecordingStore>(services => services.GetRequiredService<IOptions<RecordingOptions>>().Value switch
        {
            { S3: { } s3 } => new S3RecordingStore(s3, kind),
            var options => new FolderRecordingStore(Path.GetFullPath(options.Path!), services.GetRequiredService<TimeProvider>(), kind),
        });
        builder.Services.AddSingleton<RecordingRetention>();
        builder.Services.AddHostedService<StartCheck>();
    }

    /// <summary>A store that does not answer now may answer later; what is configured wrongly never will.</summary>
    private sealed partial class StartCheck(IRecordingStore store, ILogger<IRecordingStore> logger) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            try
            {
                await store.VerifyAsync(cancellationToken);
            }
            catch (UnavailableException e)
            {
                Away(logger, e);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        [LoggerMessage(LogLevel.Warning, "The store of recordings does not answer yet")]
        private static partial void Away(ILogger logger, Exception exception);
    }
}
