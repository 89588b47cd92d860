using EmptyNumber.Dialer;
using EmptyNumber.ServiceDefaults;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.AddServiceDefaults();
builder.AddDialer();

builder.Build().Run();
