using EmptyNumber.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Dialer.Tests;

public sealed class DialerOptionsTests
{
    [Fact]
    public void The_gateway_is_that_of_service_discovery_unless_it_is_set()
    {
        Read(("services:gateway:http:0", "http://localhost:8000")).Gateway.ShouldBe(new Uri("http://localhost:8000"));
        Read(("services:gateway:http:0", "http://localhost:8000"), ("Dialer:Gateway", "https://example.org/api")).Gateway
            .ShouldBe(new Uri("https://example.org/api"));
    }

    [Fact]
    public void There_are_20_lines_at_20_times_real_time_by_default()
    {
        var options = Read(("Dialer:Gateway", "http://localhost:8000"));

        options.Lines.ShouldBe(20);
        options.Pace.ShouldBe(20);
        options.Seed.ShouldBeNull();
        options.Name.ShouldBe(Environment.MachineName);
    }

    [Theory]
    [InlineData("Dialer:Lines", "0")]
    [InlineData("Dialer:Lines", "1001")]
    [InlineData("Dialer:Pace", "0")]
    [InlineData("Dialer:Pace", "NaN")]
    [InlineData("Dialer:Gateway", "localhost")]
    [InlineData("Dialer:Gateway", "ftp://localhost")]
    [InlineData("Dialer:Name", "")]
    public void What_makes_no_sense_is_refused_at_the_start(string key, string value) =>
        Should.Throw<OptionsValidationException>(() => Read(("Dialer:Gateway", "http://localhost:8000"), (key, value)))
            .Message.ShouldContain(key.Split(':')[1]);

    [Fact]
    public void Without_a_gateway_the_message_says_what_to_set() =>
        Should.Throw<OptionsValidationException>(() => Read()).Message.ShouldContain("Dialer:Gateway");

    private static DialerOptions Read(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        foreach (var (key, value) in settings)
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]);
        builder.AddServiceDefaults();
        builder.AddDialer();
        using var host = builder.Build();
        return host.Services.GetRequiredService<IOptions<DialerOptions>>().Value;
    }
}
