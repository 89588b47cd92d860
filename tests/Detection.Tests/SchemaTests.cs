using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Detection.Tests;

[Collection("detection")]
public sealed class SchemaTests(DetectionService service)
{
    [Fact]
    public async Task Migrations_make_the_schema_that_the_model_describes() =>
        (await Schema.DifferencesAsync<DetectionDb>(service)).ShouldBeEmpty();
}
