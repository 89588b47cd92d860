using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmptyNumber.ServiceDefaults.Tests.Recordings;

public sealed class RecordingOptionsTests
{
    [Theory]
    [InlineData("either Path, a folder, or S3, a bucket")]
    [InlineData("either Path, a folder, or S3, a bucket", "Path=/tmp/x", "S3:Bucket=b")]
    [InlineData("Recordings:S3:Endpoint: an absolute http or https address, not 'nowhere'", "S3:Endpoint=nowhere", "S3:Bucket=b")]
    [InlineData("Recordings:S3:SecretKey is missing", "S3:Endpoint=http://s3", "S3:Bucket=b", "S3:AccessKey=a")]
    [InlineData("Recordings:KeepFor: at least 1.00:00:00", "Path=/tmp/x", "KeepFor=23:59:59")]
    [InlineData("MaxBytes", "Path=/tmp/x", "MaxBytes=-1")]
    [InlineData("Recordings:SweepInterval", "Path=/tmp/x", "SweepInterval=00:00:00")]
    public async Task A_process_with_wrong_settings_does_not_start_and_says_which(string problem, params string[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Configuration.AddInMemoryCollection(settings
            .Select(setting => setting.Split('=')).ToDictionary(setting => $"Recordings:{setting[0]}", setting => (string?)setting[1]));
        builder.AddRecordingStore();
        using var host = builder.Build();

        (await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync())).Message.ShouldContain(problem);
    }
}
